-- Which process receives an upload. SQLite rolls back an interrupted step, so its statements need not run again.

ALTER TABLE `upload` ADD COLUMN `owner` TEXT NULL CHECK (length(`owner`) <= 255);
ALTER TABLE `upload` ADD COLUMN `reserved_until` TEXT NULL;
