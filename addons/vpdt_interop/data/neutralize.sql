-- A copy of the database for tests exchanges nothing: what waited there is not sent from here.
UPDATE vpdt_exchange_message
   SET state = 'failed', error = 'neutralized copy'
 WHERE state = 'queued';
