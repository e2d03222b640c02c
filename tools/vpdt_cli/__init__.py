"""The command `./vpdt`. Python standard library only: it runs before anything is installed."""
