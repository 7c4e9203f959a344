// A page in TypeScript, with the declarations that mockgms serves at /callbackservice.d.ts.

window._genesys = {
  widgets: {
    callback: { apiVersion: 'v3', dataURL: 'http://localhost:8080/engagement/v3/callbacks', serviceName: 'sales' },
    extensions: {
      Shop: (_, CXBus, Common) => {
        const plugin = CXBus.registerPlugin('Shop');
        if (!plugin) return;
        plugin.registerCommand('version', (command) => command.deferred.resolve('1.0'));
        plugin.ready();
        Common.log('The shop is ready.');
      },
    },
    onReady: (bus) => {
      bus.subscribe('Callback.completed', (event) => document.body.append(event.data.phonenumber));
    },
  },
};

/** Open the form of the widget, filled in. */
export function openForm(firstname: string): void {
  window.CXBus?.command('Callback.open', { form: { firstname, desiredTime: 'now' }, userData: { page: 'cart' } });
}

/** Book without the form, and return the id of the callback. */
export async function book(phonenumber: string, desiredtime?: string): Promise<string> {
  const body = await window.CXBus?.command('CallbackService.schedule', { phonenumber, desiredtime });
  return body.data.id;
}

// What does not fit is a mistake:
// @ts-expect-error a phone number is text
window.CXBus?.command('CallbackService.schedule', { phonenumber: 4155550100 });
// @ts-expect-error the option is called startDate
window.CXBus?.command('CallbackService.availability', { start: '2026-03-02T09:00:00.000Z' });
