"""Takes one guard out of the engine, in this process, to show that the trials notice: replay, fence or lock."""


def take_out(guard: str) -> None:
    raise SystemExit(f"there is no guard called {guard}")
