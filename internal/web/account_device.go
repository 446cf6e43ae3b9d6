package web

import (
	"strings"

	"github.com/ecusson/ecusson/internal/message"
)

// The names that browsers and systems call themselves by, the more special ones
// first: nearly every browser says it is Safari as well.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systems  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"}}
)

// deviceName is what a person knows a device by: "Firefox, Windows". It is for
// people alone; nothing is decided by it.
func deviceName(say *message.Printer, agent string) string {
	browser, system := firstNamed(browsers, agent), firstNamed(systems, agent)
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system != "":
		return browser + system
	}
	return say.T("account.device-unknown")
}

func firstNamed(names [][2]string, agent string) string {
	for _, n := range names {
		if strings.Contains(agent, n[0]) {
			return n[1]
		}
	}
	return ""
}
