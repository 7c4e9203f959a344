// Types of what callbackservice.js adds to a page. Values of commands and events are `any` where the API decides them.

declare namespace CallbackService {
  /** The members of `window._genesys.widgets.callback` that are read. */
  interface Settings {
    /** v3: ends in `/callbacks`. v1: ends with the name of the service. */
    dataURL?: string;
    /** Sent as `x-api-key` in v3 and as `apikey` in v1. */
    apikey?: string | number;
    /** `v1` (the default) or `v3`. */
    apiVersion?: string;
    /** Required in v3. */
    serviceName?: string;
    /** v1 only: sent as `_call_direction`. */
    callDirection?: string;
    /** If set, `availableSlots` has local times as keys. */
    timezone?: string;
    /** Read and ignored, as by the shipped plugin. */
    ajaxTimeout?: number;
    /** Sent in v1 only. */
    userData?: Fields;
    /** Form: whether "as soon as possible" is offered. Default: true. */
    immediateCallback?: boolean;
    /** Form: whether a time can be chosen. Default: true. */
    scheduledCallback?: boolean;
    /** Form: the plugin that is asked instead of CallbackService. */
    servicePlugin?: string;
    [name: string]: any;
  }
  interface Fields {
    [name: string]: any;
  }

  /** Options of `CallbackService.schedule`. Other keys are sent too. */
  interface ScheduleOptions {
    firstname?: string;
    lastname?: string;
    email?: string;
    subject?: string;
    phonenumber?: string;
    /** ISO 8601 in UTC. Without it, the callback is immediate. */
    desiredtime?: string;
    /** @deprecated The API does not read this name: write `desiredtime`. */
    desiredTime?: string;
    /** v3: overrides the name in the configuration. */
    serviceName?: string;
    userData?: Fields;
    [name: string]: any;
  }
  /** Options of `CallbackService.availability`. At least one is required. */
  interface AvailabilityOptions {
    /** ISO 8601 in UTC. Default: now, by the clock of the server. */
    startDate?: string;
    endDate?: string;
    numberOfDays?: string | number;
    maxTimeSlots?: string | number;
    /** v3: overrides the name in the configuration. */
    serviceName?: string;
  }
  /** What the form is filled with. */
  interface FormValues {
    firstname?: string;
    lastname?: string;
    email?: string;
    subject?: string;
    phonenumber?: string;
    /** `now`, or a time. */
    desiredTime?: string | Date;
    /** Send the form at once. */
    autoSubmit?: boolean;
    /** As in Widgets 8.5; later versions have it beside `form`. */
    userData?: Fields;
  }
  interface OpenOptions {
    form?: FormValues;
    /** Sent with the callback. */
    userData?: Fields;
    /** Not shown: the form has fixed fields. */
    formJSON?: object;
  }
  /** The commands of the stand-in, with their options. */
  interface Commands {
    'CallbackService.configure': Settings;
    'CallbackService.schedule': ScheduleOptions;
    'CallbackService.availability': AvailabilityOptions;
    'Callback.open': OpenOptions;
    'Callback.close': Fields;
    'Callback.configure': Settings;
  }
  type Options<Name extends string> = Name extends keyof Commands ? Commands[Name] : object;

  /** The answer of a failed request, as jQuery gives it to pages. */
  interface FailedAnswer {
    readyState: number;
    /** 0 if no answer came. */
    status: number;
    statusText: string;
    responseText?: string;
    responseJSON?: any;
    getResponseHeader?(name: string): string | null;
    getAllResponseHeaders?(): string;
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
    /** Milliseconds since 1970. */
    time: number;
    publisher: string;
    event: string;
    data: any;
  }
  interface Command {
    /** Milliseconds since 1970. */
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
    /** A name without a dot is a command of the plugin itself. */
    command<Name extends string>(name: Name, options?: Options<Name>): Promised;
    /** Returns the name of the event, or false without a callback. */
    subscribe(event: string, callback?: Subscriber): string | false;
    publish(event: string, data?: any): boolean;
    /** Like `publish`, but subscribers that come later are called too. */
    republish(event: string, data?: any): boolean;
    /** The command is cancelled if `change` returns no object. */
    before(command: string, change: Before): boolean;
    registerCommand(name: string, run: Run): boolean;
    registerEvents(names: string[]): boolean;
    registry(): { [plugin: string]: { commands: string[], events: string[] } };
    /** Commands of a plugin wait until it is ready. */
    ready(): void;
    namespace(): string;
  }
  interface Bus extends Plugin {
    /** Returns false if the name is taken. */
    registerPlugin(name: string): Plugin | false;
    /** Its options are ignored. Afterwards the page is started by `loadPlugin('widgets-core')`. */
    configure(options?: { debug?: boolean, pluginsPath?: string, [name: string]: any }): boolean;
    /** Rejects with a text that says which plugins there are. */
    loadPlugin(name: string): Promised;
    loadFile(address: string): Promised;
  }

  /** What extensions get as their third argument. What is missing is undefined, and said on the console. */
  interface Common {
    log(...values: unknown[]): void;
    debug(...values: unknown[]): void;
    error(...values: unknown[]): void;
    checkPath(object: any, path: string, otherwise?: unknown): any;
    createPath(object: any, path: string, value?: unknown): any;
    sanitizeHTML(text: unknown): string;
    linkify(text: unknown): string;
    [name: string]: any;
  }
  /** `$` is `window.jQuery`, or null in a page without it. */
  type Extension = ($: any, bus: Bus, common: Common) => void;
  type OnReady = ((bus: Bus) => void) | ((bus: Bus) => void)[];

  /** The members of `window._genesys.widgets` that are read. */
  interface Widgets {
    callback?: Settings;
    /** Read by the form. */
    calendar?: { numberOfDays?: number, timeFormat?: number | string, [name: string]: any };
    /** Read by the form: `theme` is `dark` or `light`. Default: that of the system. */
    main?: { theme?: string, [name: string]: any };
    extensions?: { [name: string]: Extension };
    onReady?: OnReady;
    bus?: Bus;
    [name: string]: any;
  }
}

interface Window {
  _genesys?: { widgets?: CallbackService.Widgets, onReady?: CallbackService.OnReady };
  CXBus?: CallbackService.Bus;
  jQuery?: any;
}
