throw new Error('I fail');
