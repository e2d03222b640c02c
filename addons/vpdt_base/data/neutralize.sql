-- A copy of the database for tests signs with no real key and calls nobody.
-- What lets a key sign is taken away; the certificate stays to be looked at, and is refused when loaded again here.
UPDATE vpdt_signing_key
   SET withdrawn = (certificate IS NOT NULL),
       content = NULL,
       module = NULL,
       token_label = NULL,
       key_label = NULL,
       service_id = NULL,
       credential = NULL,
       state = CASE WHEN state IN ('active', 'unconfirmed') THEN 'suspended' ELSE state END;

-- Signatures that were begun and not finished
UPDATE vpdt_signing_session SET state = 'failed' WHERE state <> 'signed';
UPDATE vpdt_signing_session_part SET sealed = NULL, to_sign = NULL, signature = NULL;
DELETE FROM ir_attachment WHERE res_model = 'vpdt.signing.session.part';

-- Remote signing, time stamps, OCSP, revocation lists: no address, no secret, no allowed host
UPDATE vpdt_signing_service
   SET url = NULL, client = NULL, secret = NULL, active = false;
DELETE FROM vpdt_allowed_host;

-- Chat services, and by what names people are known there
UPDATE vpdt_chat_service
   SET url = '', secret = NULL, active = false;
UPDATE res_users SET vpdt_chat_address = NULL WHERE vpdt_chat_address IS NOT NULL;
UPDATE vpdt_alert_choice SET by_chat = false WHERE by_chat;

-- The time stamping service of each agency, and what would ask it
UPDATE res_company
   SET tsa_url = NULL, signature_level = 'B-B', archive_with_timestamp = false;
UPDATE vpdt_file
   SET level_state = NULL, level_wanted = NULL
 WHERE level_state = 'waiting';

-- The time stamping service of the journal, and settings of other parts that hold an address
DELETE FROM ir_config_parameter
 WHERE key = 'vpdt_base.journal_tsa_url'
    OR key LIKE 'vpdt.%' AND (key LIKE '%url%' OR key LIKE '%host%' OR key LIKE '%tsa%');

-- Jobs that wait would send, sign or ask
UPDATE queue_job
   SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'UTC'
 WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed');
