-- The role with which PixPax looks sessions up: it reads four columns of better-auth's database, and nothing else. Run it there, as the
-- owner of its tables; give the role a password of its own: ALTER ROLE pixpax_sessions PASSWORD '…'.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pixpax_sessions') THEN
    CREATE ROLE pixpax_sessions LOGIN;
  END IF;
END
$$;

-- The host asks for it too, at each connection; here it holds whatever the host asks for first.
ALTER ROLE pixpax_sessions SET default_transaction_read_only = on;

GRANT USAGE ON SCHEMA public TO pixpax_sessions;
GRANT SELECT (token, "userId", "expiresAt") ON "session" TO pixpax_sessions;
GRANT SELECT (id) ON "user" TO pixpax_sessions;
