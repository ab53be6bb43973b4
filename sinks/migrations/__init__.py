"""Numbered migrations, one SQL file each: `NNNN_name.sql`, statements ended by `;`.

A file that has been released is never edited: its checksum is kept in the database.
Write a new one. Every statement must be safe to run twice (IF NOT EXISTS, IF EXISTS, OR
REPLACE), because two workers may start at once. `{time_zone}` and `{keep_days}` stand
for the site's settings.
"""
