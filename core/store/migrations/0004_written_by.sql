-- Who of the hotel's people wrote it; '' for what the bot says.
ALTER TABLE outbound_messages ADD COLUMN written_by TEXT NOT NULL DEFAULT '';
