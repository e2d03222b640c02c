from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from ..models.conversation.mail_thread import is_office_model


class ConversationController(AttachmentController):
    """The conversation's own door for files makes them in superuser mode, unchecked for viruses: it stays shut."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        if is_office_model(thread_model) or not request.env.user.has_group("base.group_system"):
            return request.make_json_response({"error": request.env["mail.thread"]._no_files_message()})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending, **kwargs)
