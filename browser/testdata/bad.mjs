// Pages with one fault each, which the check has to find.
export default async function(stage) {
  for(const name of stage.data.pages) {
    await stage.page.goto(`/${name}`);
    await stage.check(name);
  }
  await stage.page.goto('/good');
  await stage.check('status', {status: 404});
  await stage.check('language', {lang: 'it'});
  await stage.check('expected', {expected: [/something that is not there/]});
  await stage.page.goto('/console');
  await stage.check('forgiven', {expected: [/I complain/]});
  await stage.page.goto('/late');
  await stage.page.click('body');
}
