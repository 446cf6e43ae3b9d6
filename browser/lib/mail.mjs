// The mails that the program sent, as /dev/mail.json shows them: an array,
//
//   [{id, to, subject, text, html, links}]
//
// the newest first, where id is text that no other mail has, to the address or an array of them,
// text and html the parts (html may be missing), and links the addresses in the
// mail, absolute, in their order.
import {setTimeout as pause} from 'node:timers/promises';

const patience = 20_000; // milliseconds

export class Mail {
  #request;
  #seen = new Set();

  constructor(request) {
    this.#request = request;
  }

  // wait returns the oldest mail to an address that it has not returned before,
  // and that has the subject if one is given (a pattern). Mail is sent in the
  // background, so it may take a moment.
  async wait(to, subject = /(?:)/) {
    const until = Date.now() + patience;
    let mails;
    do {
      mails = await this.#list();
      const mail = mails.findLast(mail => !this.#seen.has(mail.id) && [mail.to].flat().includes(to) && subject.test(mail.subject));
      if(mail) {
        this.#seen.add(mail.id);
        return mail;
      }
      await pause(50);
    } while(Date.now() < until);
    const others = mails.map(mail => `${mail.to}: ${mail.subject}`).join('; ');
    throw new Error(`no new mail to ${to} with the subject ${subject}; there are: ${others || 'none'}`);
  }

  // all returns all mails that were sent, the newest first.
  all() { return this.#list(); }

  // link returns the only link of the next mail to an address that matches.
  async link(to, pattern, subject) {
    const mail = await this.wait(to, subject);
    const links = [...new Set(mail.links.filter(link => pattern.test(link)))];
    if(links.length !== 1) {
      throw new Error(`the mail "${mail.subject}" to ${to} has ${links.length} links that match ${pattern}: ${mail.links.join(' ')}`);
    }
    return links[0];
  }

  async #list() {
    const response = await this.#request.get('/dev/mail.json');
    if(!response.ok()) {
      throw new Error(`/dev/mail.json answers with status ${response.status()}`);
    }
    return response.json();
  }
}
