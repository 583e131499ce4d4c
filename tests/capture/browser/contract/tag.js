// Somebody else's script in the shop's own page.
document.cookie = "tag_cookie=1";
localStorage.setItem("tag_local", "1");
document.cookie = "tag_short=1";
document.cookie = "tag_short=; Max-Age=0";
localStorage.setItem("tag_short", "1");
localStorage.removeItem("tag_short");
