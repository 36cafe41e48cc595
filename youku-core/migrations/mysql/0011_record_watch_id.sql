-- Which viewing an entry of the history is for; rows of earlier versions have none. This one statement is a step of its own: MySQL 8 cannot add a column again.

ALTER TABLE `download_record`
    ADD COLUMN `watch_id` VARCHAR(32) NULL,
    ADD UNIQUE KEY `download_record.watch_id.unique` (`watch_id`);
