from tests.live import Client


async def test_the_health_of_the_server_is_ok(client: Client) -> None:
    answer = await client.get("/__admin/health")
    assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_readiness_names_the_scenario(client: Client) -> None:
    answer = await client.get("/__admin/ready")
    assert (answer.status, await answer.json()) == (200, {"status": "ready", "scenario": "test"})
