"""`./vpdt backup`, `./vpdt restore`, `./vpdt upgrade`: what has been issued is never lost, and nothing happens twice.

- `places`: where the parts lie; what is remembered between two commands
- `repository`: restic, which keeps the copies encrypted and each piece of data once
- `archive`: a copy of PostgreSQL's files and the log of what was written since (WAL)
- `keeping`: which copies are kept
- `taking`: makes one
- `restoring`, `scratch`, `handover`: bring one back, beside what lives, and look at it before anybody works with it
- `upgrading`: new sources on an old database, with a way back
- `records`: what became of it, told to the database and its administrators
- `timer`: systemd or cron
- `command`: the command line
"""
