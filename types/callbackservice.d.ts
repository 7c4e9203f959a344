// What callbackservice.js adds to a page. Values of commands and events are `any`, as they are for the pages that use it.

declare namespace CallbackService {
  /** `window._genesys.widgets.callback`, as far as it is read. */
  interface Settings {
    dataURL?: string;
    apikey?: string | number;
    apiVersion?: string;
    serviceName?: string;
    callDirection?: string;
    timezone?: string;
    ajaxTimeout?: number;
    userData?: Fields;
  }
  interface Fields {
    [name: string]: any;
  }

  type Handler = (value: any) => void;
  type Handlers = (Handler | undefined | null | (Handler | undefined | null)[])[];
  interface Promised {
    done(...handlers: Handlers): Promised;
    fail(...handlers: Handlers): Promised;
    always(...handlers: Handlers): Promised;
    then(onDone?: (value: any) => any, onFail?: (value: any) => any): Promise<any>;
    catch(onFail?: (value: any) => any): Promise<any>;
    state(): State;
  }
  type Outcome = 'resolved' | 'rejected';
  type State = 'pending' | Outcome;
  interface Deferred {
    resolve(value?: any): void;
    reject(value?: any): void;
    promise(): Promised;
  }

  interface Event {
    time: number;
    publisher: string;
    event: string;
    data: any;
  }
  interface Command {
    time: number;
    commander: string;
    command: string;
    deferred: Deferred;
    data: Fields;
  }
  type Subscriber = (event: Event) => void;
  type Run = (command: Command) => void;
  type Before = (options: any) => any;

  /** The side of the bus that a page sees under the name of its plugin. */
  interface Plugin {
    command(name: string, options?: object): Promised;
    subscribe(event: string, callback?: Subscriber): string | false;
    publish(event: string, data?: any): boolean;
    republish(event: string, data?: any): boolean;
    before(command: string, change: Before): boolean;
    registerCommand(name: string, run: Run): boolean;
    ready(): void;
    namespace(): string;
  }
  interface Bus extends Plugin {
    registerPlugin(name: string): Plugin | false;
  }
}

interface Window {
  _genesys?: { widgets?: { callback?: CallbackService.Settings; bus?: CallbackService.Bus } };
  CXBus?: CallbackService.Bus;
}
