-- Which viewing an entry of the history is for; rows of earlier versions have none. SQLite rolls back an interrupted step, so its statements need not run again.

ALTER TABLE `download_record` ADD COLUMN `watch_id` TEXT NULL CHECK (length(`watch_id`) <= 32);
CREATE UNIQUE INDEX IF NOT EXISTS `download_record.watch_id.unique` ON `download_record` (`watch_id`);
