from newsletter import app


def test_the_front_page() -> None:
    assert app.test_client().get("/").status_code == 200


def test_a_subscription() -> None:
    assert app.test_client().get("/subscribe").status_code == 200
