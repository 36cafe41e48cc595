-- Which viewing a wait is for. SQLite rolls back an interrupted step, so its statements need not run again.

ALTER TABLE `download_wait` ADD COLUMN `watch_id` TEXT NULL CHECK (length(`watch_id`) <= 32);
