from . import controllers, models, wizards


def open_accounts(env):
    """An account for everybody who works here already (post_init_hook)."""
    env["res.users"].with_context(active_test=False).search([])._open_accounts()
