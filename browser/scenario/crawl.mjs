// Opens pages that a crawl found, as those who found them: data is
// {roles: [{cookies, pages: [{name, path}]}], pictures}.
export default async function(stage) {
  for(const {cookies, pages} of stage.data.roles) {
    const {context, page} = await stage.another();
    await context.addCookies(cookies);
    for(const {name, path} of pages) {
      await page.goto(path);
      await stage.check(name, {page, picture: stage.data.pictures});
    }
    await context.close();
  }
}
