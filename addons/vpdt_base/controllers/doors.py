from odoo import http
from odoo.addons.web.controllers.report import ReportController
from odoo.http import request
from werkzeug.exceptions import BadRequest, HTTPException

MAX_VALUE, MAX_PIXELS = 2000, 2000


class BarcodeController(ReportController):
    @http.route()
    def report_barcode(self, barcode_type, value, **kwargs):
        """As Odoo's own; what is no barcode is a bad request, and nobody has the server draw a giant."""
        try:
            if len(value) > MAX_VALUE or max(int(kwargs.get(side) or 0) for side in ("width", "height")) > MAX_PIXELS:
                raise ValueError(value[:20])
            return super().report_barcode(barcode_type, value, **kwargs)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._refusal() from None
        except HTTPException as error:
            raise (self._refusal() if error.code is None else error) from None

    def _refusal(self):
        return BadRequest(request.env._("This cannot be drawn as a barcode."))
