"""What is open to whom over HTTP and RPC, and what calls outside."""

from . import (  # isort: skip
    vpdt_allowed_host,
    vpdt_attempt,
    base,
    base_import_import,
    calls_outside,
    ir_actions_report,
    ir_actions_server,
    ir_embedded_actions,
    ir_filters,
    ir_http,
    ir_rule,
    queue_job,
)
