-- The key by which the work for unknown names is chosen. SQLite rolls back an interrupted step, so its statement need not run
-- again.

ALTER TABLE `maintenance` ADD COLUMN `login_key` TEXT NULL CHECK (length(`login_key`) <= 64);
