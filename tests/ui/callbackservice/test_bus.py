"""The bus that the stand-in for CallbackService provides."""

from typing import Any

import pytest
from playwright.async_api import expect

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.callbackservice.shop import Shop, other_origin, shop, v1, v3, with_script
from tests.ui.conftest import MONDAY

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLUGIN = "const bus = window._genesys.widgets.bus; const plugin = bus.registerPlugin('Mine');"


async def ran(page: Shop, script: str) -> Any:
    """Run a script with a new plugin, and return what it calls `settle` with."""
    return await page.page.evaluate(f"() => new Promise((settle) => {{ {PLUGIN} {script} }})")


async def test_both_names_are_one_bus(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        assert await page.page.evaluate("window.CXBus === window._genesys.widgets.bus")


async def test_a_name_can_be_registered_once(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        script = "settle([plugin.namespace(), bus.registerPlugin('Mine'), bus.registerPlugin(7)]);"
        assert await ran(page, script) == ["Mine", False, False]


async def test_handlers_run_before_subscribers_and_in_their_order(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = """
          const log = [];
          plugin.subscribe('CallbackService.scheduled', (e) => {
            log.push(Object.keys(e), e.publisher, e.event, e.data._text);
            settle(log);
          });
          bus.command('CallbackService.schedule', {phonenumber: '4155550100'})
            .always(() => log.push('always')).done([() => log.push('done'), () => log.push('done too')])
            .fail(() => log.push('fail'));
          log.push('called');
        """
        assert await ran(page, script) == [
            *("called", "always", "done", "done too"),
            ["time", "publisher", "event", "data"],
            *("CallbackService", "CallbackService.scheduled", "You will receive the call shortly"),
        ]


async def test_a_handler_that_is_added_late_runs_immediately(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = """
          const command = bus.command('CallbackService.schedule', {});
          command.fail(() => {
            const log = [];
            command.fail((why) => log.push(why)).done(() => log.push('done')).always(() => log.push('always'));
            settle([command.state(), ...log]);
          });
        """
        assert await ran(page, script) == ["rejected", "No data found to schedule callback", "always"]


async def test_a_command_can_be_awaited(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = """(async () => {
          const body = await bus.command('CallbackService.schedule', {phonenumber: '4155550100'});
          const failed = await bus.command('CallbackService.schedule', {phonenumber: '15005550100'})
            .then(() => 'done', (answer) => answer.status);
          const caught = await bus.command('CallbackService.schedule', {}).catch((why) => why);
          settle([body._dialog_id, failed, caught]);
        })();"""
        assert await ran(page, script) == ["0", 500, "No data found to schedule callback"]


async def test_late_subscribers_get_the_event_ready_too(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = "plugin.subscribe('CallbackService.ready', (e) => settle([e.publisher, e.event, e.data]));"
        assert await ran(page, script) == ["CallbackService", "CallbackService.ready", {}]


async def test_plugins_of_a_page_use_each_others_commands_and_events(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = """
          const other = bus.registerPlugin('Other');
          const log = [];
          plugin.subscribe('Other.spoke', (e) => { log.push(e.data); settle(log); });
          other.registerCommand('speak', (e) => {
            log.push(e.command, e.commander, e.data);
            e.deferred.resolve();
            other.publish('spoke', {words: 2});
          });
          plugin.command('Other.speak', {loudly: true});
          setTimeout(() => { log.push('not before it is ready'); other.ready(); });
        """
        assert await ran(page, script) == [
            "not before it is ready",
            *("Other.speak", "Mine", {"loudly": True}),
            {"words": 2},
        ]


async def test_a_plugin_calls_its_own_commands_by_their_short_names(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = "plugin.registerCommand('mine', (e) => settle(e.command)); plugin.command('mine');"
        assert await ran(page, script) == "Mine.mine"


async def test_a_before_function_can_change_the_options_of_a_command(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = """
          plugin.before('CallbackService.schedule', (options) => { options.subject = 'changed'; return options; });
          plugin.before('CallbackService.schedule', (options) => ({...options, subject: 'not changed'}));
          bus.command('CallbackService.schedule', {phonenumber: '4155550100'}).always(settle);
        """
        await ran(page, script)
        assert dict(page.form())["subject"] == "changed"
        assert page.warnings() == [
            (
                "an object that a before function returns is not used: it only lets the command continue. Change the "
                "options that the function is given."
            )
        ]


async def test_a_before_function_can_cancel_a_command(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        script = """
          plugin.before('CallbackService.schedule', () => {});
          plugin.before('CallbackService.schedule', () => settle('not called any more'));
          bus.command('CallbackService.schedule', {phonenumber: '4155550100'}).fail(settle);
        """
        assert await ran(page, script) == "Command was cancelled by a 'before' function."
        assert page.sent() == []


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("CallbackService.cancel", "Command does not exist"),
        ("WebChat.open", "Could not load plugin file in given location. Check your plugins path option."),
    ],
)
async def test_an_unknown_command_is_rejected(visitor: Visitor, command: str, text: str) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        assert await ran(page, f"bus.command('{command}').fail(settle);") == text


async def test_configure_changes_valid_settings_and_keeps_the_others(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url, apikey="KEY-1")) as page:
        changes = {"apiVersion": "V3", "serviceName": "x", "dataURL": 7}
        assert (await page.run("configure", changes))["settled"] == ["done", None]
        await page.run("schedule", {"phonenumber": "1"})
        (request,) = page.sent()
        assert request.url == f"{visitor.url}/genesys/1/service/callback/sales/create"
        assert (await request.all_headers())["x-api-key"] == "KEY-1"


async def test_a_page_without_a_configuration_gets_a_warning(visitor: Visitor) -> None:
    async with shop(visitor) as page:
        assert (await page.run("configure"))["settled"] == ["fail", {"error": "Invalid configuration"}]
        assert page.warnings() == [
            "there is no window._genesys.widgets.callback: set it before this script, or the service has no dataURL."
        ]


async def test_the_script_works_in_a_page_without_any_settings(visitor: Visitor) -> None:
    async with other_origin(
        f'<link rel="icon" href="data:,"><script src="{visitor.url}/callbackservice.js"></script>'
    ) as origin:
        await visitor.page.goto(origin)
        assert await visitor.page.evaluate("typeof window._genesys.widgets.bus.registerPlugin") == "function"


async def test_an_existing_bus_is_not_replaced(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        await page.page.evaluate("window.first = CXBus")
        await page.page.add_script_tag(url=f"{visitor.url}/callbackservice.js")
        assert await page.page.evaluate("window.first === CXBus && CXBus === window._genesys.widgets.bus")
        assert page.warnings() == ["this page already has a CXBus, so the stand-in does nothing."]


# The examples of the reference, with the two commas that are missing in it.
SCHEDULE = """
var oMyPlugin = window._genesys.widgets.bus.registerPlugin('MyPlugin');
oMyPlugin.subscribe('CallbackService.scheduled', function(e) { document.title = 'scheduled'; });

oMyPlugin.command('CallbackService.schedule', {

	userData: {},
	serviceName: 'service', // service name from callback API v3 version
	firstname: 'Bob',
	lastname: 'Jones',
	email: 'b.jones@mail.com',
	subject: 'product questions',
	desiredTime: '2017-04-04T00:24:17.804Z',
	phonenumber: '4151110000'

});
"""
AVAILABILITY = """
var oMyPlugin = window._genesys.widgets.bus.registerPlugin('MyPlugin');

oMyPlugin.command('CallbackService.availability', {

	serviceName: 'service', // service name from callback API v3 version
	startDate: '2017-04-03T00:24:17.804Z',
	numberOfDays: '5',
	maxTimeSlots: 20

}).done(function(e){

	// CallbackService successfully showing availability
	document.title = 'available';

}).fail(function(e){

	// CallbackService failed to show availability
	document.title = 'failed';
});
"""


class TestIn2017:
    """The examples book and query times in 2017."""

    @pytest.fixture
    def scenario(self) -> Scenario:
        return Catalog().parse(MONDAY.replace("2026-03-02", "2017-03-03"))

    @pytest.mark.parametrize(("script", "title"), [(SCHEDULE, "scheduled"), (AVAILABILITY, "available")])
    @pytest.mark.parametrize("config", [v1, v3])
    async def test_the_examples_of_the_reference_run(
        self, visitor: Visitor, config: Any, script: str, title: str
    ) -> None:
        if config is v1:
            script = "\n".join(line for line in script.splitlines() if "serviceName" not in line)
        async with other_origin(with_script(visitor.url, script, config(visitor.url))) as origin:
            await visitor.page.goto(origin)
            await expect(visitor.page).to_have_title(title)
