"""Addresses of Odoo that do not exist here: they fetch from outside, belong to other products, or open the database.

Matched against the rule of a route, before it comes into the map: nobody has to log in to be told 404.
"""

import inspect
import re

CLOSED = (
    # databases and everything that is managed with one password; versions told to strangers
    r"/web/database/",
    r"/web/version$|/json/version$|/web/webclient/version_info$",
    # XML-RPC and the old JSON-RPC (Odoo: deprecated); programs use /json/2 with a key of their own
    r"/xmlrpc/|/jsonrpc$",
    # accounts are opened, and passwords given, by the administrator
    r"/web/signup$|/web/reset_password$|/web/become$|/web/session/account$",
    # fetching from outside
    r"/(html_editor|web_editor)/(link_preview_external|media_library_search|save_library_media|generate_text)",
    r"/(html_editor|web_editor)/(attachment/add_url|video_url/data|get_ice_servers)",
    r"/mail/link_preview|/mail/message/translate$|/discuss/gif/",
    r"/web_unsplash/|/iap/|/sms/|/snailmail|/google_gmail/|/microsoft_outlook/|/partner_autocomplete",
    # modules and themes from a page, profiling, test pages
    r"/base_import_module/|/queue_job/create_test_job$|/web/tests\b",
    r"/web/set_profiling$|/web/profile_config|/web/speedscope",
    # drawn for anybody, and used by nothing here
    r"/report/barcode\b|/(mail|web_editor)/font_to_img/|/html_editor/(image_)?shape/|/web/partner/vcard\b",
    r"/scoped_app|/web/manifest\.scoped_app_manifest$|/web/sign/get_fonts",
    # pages for customers and guests, letters of figures
    r"/my(/|$)|/portal/|/chat/|/meet/|/digest/|/mail/unfollow$",
)
_CLOSED = re.compile("|".join(f"(?:{pattern})" for pattern in CLOSED))


def is_closed(rule):
    """Tell whether a route of this rule (``/web/content/<int:id>``) is shut."""
    return bool(_CLOSED.match(rule))


def missing_parameters(endpoint, given):
    """Names of what the function behind an address needs and was not given.

    :param endpoint: bound method of a controller, as Odoo's dispatcher calls it
    :param given: dict of the parameters of path, query and form
    :return: list of str
    """
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [
        name
        for name, parameter in inspect.signature(endpoint).parameters.items()
        if parameter.kind in named and parameter.default is parameter.empty and name not in given
    ]
