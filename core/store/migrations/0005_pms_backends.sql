-- Which PMS was asked; '' for what was asked before a hotel could have had another.
ALTER TABLE booking_intents ADD COLUMN pms_backend TEXT NOT NULL DEFAULT '';

-- What a PMS plugin keeps belongs to that plugin, and no longer to whichever one the hotel has. Of those we ship,
-- house-pms alone keeps its books here.
UPDATE plugin_kv SET instance = instance || '/' || (
  SELECT pms_backend FROM reservations
  WHERE hotel_id = substr(plugin_kv.instance, 1, length(plugin_kv.instance) - 4) AND pms_booking_id <> ''
  ORDER BY CASE pms_backend WHEN 'house-pms' THEN 0 ELSE 1 END, id DESC LIMIT 1)
WHERE instance LIKE '%/pms' AND EXISTS (
  SELECT 1 FROM reservations
  WHERE hotel_id = substr(plugin_kv.instance, 1, length(plugin_kv.instance) - 4) AND pms_booking_id <> '');

-- Of several hosts, the one whose turn it is to write to a PMS; it counts while that host stands in `hosts`.
CREATE TABLE pms_turns (
  hotel_id TEXT NOT NULL,
  pms_backend TEXT NOT NULL,
  host_id BIGINT NOT NULL,
  PRIMARY KEY (hotel_id, pms_backend)
);
