-- Accounts that were deleted. SQLite rolls back an interrupted step, so its statement need not run again.

ALTER TABLE `user` ADD COLUMN `deleted_at` TEXT NULL DEFAULT NULL;
