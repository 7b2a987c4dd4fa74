-- An operator had it handled again: 'processed' if it ever had been before, else 'failed'; '' for nearly all.
ALTER TABLE inbound_messages ADD COLUMN replayed TEXT NOT NULL DEFAULT '';
