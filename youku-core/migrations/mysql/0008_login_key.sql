-- The key by which the work for unknown names is chosen. This one statement is a step of its own: MySQL 8 cannot add a column
-- again.

ALTER TABLE `maintenance`
    ADD COLUMN `login_key` VARCHAR(64) NULL;
