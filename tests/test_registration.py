"""Registering on a target: where nobody may be bothered by it, and only there."""

import pytest
from werkzeug.wrappers import Response

from tests.serving import gallery


def setting(name, ticked):
    """The administration shows a setting otherwise than the reference does."""

    ways = [f'name="{name}" >', f'name="{name}" checked="checked">']
    shown, instead = ways if ticked else ways[::-1]

    def fault(request, pass_on):
        answer = pass_on()
        if request.path == "/admin.php":
            answer.set_data(answer.get_data(as_text=True).replace(shown, instead))
        return answer

    return fault


def no_settings(request, pass_on):
    return Response("<h1>Settings</h1>") if request.path == "/admin.php" else pass_on()


def asks_for_more(request, pass_on):
    """A plugin's riddle, which the form has to answer."""
    if request.path == "/register.php" and request.method == "POST":
        return Response("<p>What is two and two?</p>")
    return pass_on()


def no_form(request, pass_on):
    return Response("", 404) if request.path == "/register.php" else pass_on()


OPEN, MAIL, ADDRESS = "allow_user_registration", "email_admin_on_new_user", "obligatory_user_mail_address"
CLOSED = {
    "closed": setting(OPEN, False),
    "mail to administrators": setting(MAIL, True),
    "mail address wanted": setting(ADDRESS, True),
    "settings not shown": no_settings,
    "no form": no_form,
}


def register(run, front):
    done = run(*front.options("webmaster"), "-p", "no:html", "-k", "LIFE-46")
    return done.clause("LIFE-46"), [seen for seen in front.seen if (seen.path, seen.verb) == ("/register.php", "POST")]


@pytest.mark.parametrize("fault", CLOSED.values(), ids=CLOSED)
def test_nobody_registers_where_it_is_not_known_to_be_harmless(run, fault):
    with gallery(fault) as front:
        clause, sent = register(run, front)
    assert clause["outcome"] == "not-assessed"
    assert "without a mail to anybody" in clause["reason"]
    assert not sent


def test_registration_that_asks_for_more(run):
    with gallery(asks_for_more) as front:
        users = front.users
        clause, sent = register(run, front)
        assert front.users == users
    assert (clause["outcome"], len(sent)) == ("not-assessed", 1)


def test_registered_user_is_removed(run):
    with gallery() as front:
        users = front.users
        clause, sent = register(run, front)
        assert front.users == users
    assert (clause["outcome"], len(sent)) == ("pass", 1)
    assert sent[0].form["mail_address"] == ""
