-- Which viewing a wait is for. This one statement is a step of its own: MySQL 8 cannot add a column again.

ALTER TABLE `download_wait`
    ADD COLUMN `watch_id` VARCHAR(32) NULL;
