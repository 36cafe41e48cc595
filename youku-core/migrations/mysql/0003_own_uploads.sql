-- Which process receives an upload. This one statement is a step of its own: MySQL 8 cannot add a column again, and an
-- interrupted step of one statement is done if its columns are there.

ALTER TABLE `upload`
    ADD COLUMN `owner` VARCHAR(255) NULL,
    ADD COLUMN `reserved_until` DATETIME(6) NULL;
