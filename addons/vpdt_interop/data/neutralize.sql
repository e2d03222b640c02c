-- A copy of the database for tests exchanges nothing: what waited there is not sent from here.
UPDATE vpdt_exchange_message
   SET state = 'failed', error = 'neutralized copy'
 WHERE state = 'queued';

-- No channel leads anywhere, and none of its secrets is left
UPDATE vpdt_exchange_channel
   SET url = NULL, system_code = NULL, secret = NULL,
       state = CASE WHEN kind = 'here' THEN state ELSE 'paused' END;
