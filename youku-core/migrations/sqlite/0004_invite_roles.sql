-- What an invite makes. SQLite rolls back an interrupted step, so its statement need not run again.

ALTER TABLE `invite` ADD COLUMN `user_type` TEXT NOT NULL DEFAULT ('admin') CHECK (length(`user_type`) <= 32);
