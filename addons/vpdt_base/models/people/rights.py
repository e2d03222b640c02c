"""Changes of rights, as the journal tells them. Those of signing keys are written by vpdt.signing.key itself."""


def names_of_roles(groups):
    """Names of roles with their heading, which is left out where it says the same; in the language of ``groups``.

    Not their ``full_name``: that is kept in the language of whoever asked first.
    """
    return {
        " / ".join(dict.fromkeys(name for name in (group.privilege_id.name, group.name) if name)) for group in groups
    }


def difference(before, after):
    """What was added and taken away, as a dict with sorted lists; empty when nothing changed."""
    detail = {}
    for name, now in after.items():
        was = before.get(name, set() if isinstance(now, set) else None)
        if isinstance(now, set):
            added, removed = sorted(now - was), sorted(was - now)
            detail.update({f"{name}_added": added} if added else {})
            detail.update({f"{name}_removed": removed} if removed else {})
        elif was is not None and was != now:
            detail[name] = now
    return detail
