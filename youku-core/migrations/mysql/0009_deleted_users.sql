-- Accounts that were deleted. This one statement is a step of its own: MySQL 8 cannot add a column again.

ALTER TABLE `user`
    ADD COLUMN `deleted_at` DATETIME(6) NULL DEFAULT NULL;
