"""Tables for what the installation as a whole keeps: named values, and what each day of warming up has sent."""

from sqlalchemy import Column, Date, Integer, String, Table, Text

from digest.store.tables.metadata import metadata

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)

warm_up_day = Table(
    "warm_up_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("taken", Integer, nullable=False),
)
