// What goes wrong on a page while it is loaded and used.
export class Watch {
  status; // of the last document
  #faults = [];

  // Every request has to go to origin.
  constructor(page, origin) {
    page.on('console', message => {
      // Of failed loading the events below say more.
      if(message.type() === 'error' && !message.text().startsWith('Failed to load resource:')) {
        this.#faults.push(`console: ${message.text()}`);
      }
    });
    page.on('pageerror', error => this.#faults.push(`script: ${error.stack ?? error}`));
    page.on('crash', () => this.#faults.push('the page crashed'));
    page.on('request', request => {
      const url = new URL(request.url());
      if(!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) {
        this.#faults.push(`request to somebody else: ${url}`);
      }
    });
    page.on('requestfailed', request => {
      const why = request.failure()?.errorText;
      // The browser's own doing: it went elsewhere, or made it a download.
      if(why !== 'net::ERR_ABORTED') {
        this.#faults.push(`request failed: ${request.method()} ${request.url()}: ${why}`);
      }
    });
    page.on('response', response => {
      const request = response.request();
      if(request.isNavigationRequest() && request.frame() === page.mainFrame()) {
        this.status = response.status();
      } else if(response.status() >= 400) {
        this.#faults.push(`request failed: ${request.method()} ${request.url()}: status ${response.status()}`);
      }
    });
  }

  // take returns the faults since it was last called.
  take() {
    return this.#faults.splice(0);
  }
}
