-- How often the provider said of a message that it had taken: it did not arrive and may be sent once more.
ALTER TABLE outbound_messages ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
