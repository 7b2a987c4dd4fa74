-- What a message is beside its text, by its kind (agente_outbound): of kind choices, what can be tapped. JSON, or ''.
ALTER TABLE outbound_messages ADD COLUMN details TEXT NOT NULL DEFAULT '';
