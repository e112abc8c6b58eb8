"""What SQLite is told for each connection, by what it then does with its files."""

from sqlalchemy import text

from app.database import engine as engines


def test_the_log_that_readers_let_grow_gives_the_disk_back(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "LONGEST_LOG", 100_000)
    engine = engines.make_engine(f"sqlite:///{tmp_path / 'house.db'}")
    log = tmp_path / "house.db-wal"

    def write(words: str) -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO note VALUES (:words)"), {"words": words})

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (words TEXT)"))
    with engine.connect().execution_options(reading=True) as reader:
        reader.execute(text("SELECT count(*) FROM note")).scalar_one()
        for _ in range(10):
            write("x" * 1_000_000)
        assert log.stat().st_size > 5_000_000
    write("the readers have gone")
    write("and it begins anew")
    assert log.stat().st_size <= 100_000
    engine.dispose()
