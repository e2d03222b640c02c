from . import vpdt_handled_mixin, vpdt_handled_mixin_people, vpdt_numbered_mixin

# These stand on the one above.
from . import (  # isort: skip
    vpdt_document_mixin,
    vpdt_document_mixin_mark,
)
