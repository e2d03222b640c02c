"""Files of documents: bytes, checks, reading."""

from . import (  # isort: skip
    vpdt_file,
    vpdt_file_policy,
    vpdt_file_rendition,
    vpdt_file_text,
    vpdt_text,
    vpdt_virus_check,
    ir_attachment,
    vpdt_file_levels,
    vpdt_file_policy_scanner,
    vpdt_file_reading,
    vpdt_file_scan,
    vpdt_file_signatures,
    vpdt_file_store,
)
