"""Turns of an event loop, for a server that ends: what came just before must have begun, or nobody would close it."""

import asyncio


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
