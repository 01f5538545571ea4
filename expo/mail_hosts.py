"""Mail hosts at which anybody gets an address: it says nothing about whom somebody works for."""

from __future__ import annotations

import re

# The common ones, in China first; written down, not fetched, so that the same address is judged the same everywhere.
HOSTS = """
qq.com foxmail.com 163.com 126.com yeah.net 188.com 139.com 189.cn wo.cn 21cn.com sina.com sina.cn sohu.com
aliyun.com tom.com 263.net eyou.com 88.com linshiyouxiang.net
gmail.com googlemail.com outlook.com hotmail.com live.com live.cn msn.com icloud.com me.com mac.com aol.com
ymail.com rocketmail.com mail.com email.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.io
tuta.com fastmail.com fastmail.fm hey.com zoho.com zohomail.com hushmail.com duck.com inbox.com
web.de t-online.de freenet.de posteo.de mailbox.org bluewin.ch hispeed.ch orange.fr wanadoo.fr free.fr
laposte.net sfr.fr libero.it virgilio.it tin.it alice.it terra.es seznam.cz centrum.cz wp.pl o2.pl onet.pl
interia.pl btinternet.com sky.com comcast.net verizon.net att.net sbcglobal.net cox.net bellsouth.net
mail.ru bk.ru inbox.ru list.ru rambler.ru yandex.ru yandex.com ya.ru ukr.net
naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com
uol.com.br bol.com.br terra.com.br bigpond.com optusnet.com.au
mailinator.com guerrillamail.com 10minutemail.com yopmail.com temp-mail.org
"""
OPEN_TO_ALL = frozenset(HOSTS.split())
UNDER_EVERY_COUNTRY = re.compile(r"(gmx|yahoo|hotmail|outlook|live)\.((co|com)\.)?[a-z]{2,3}")


def is_open_to_all(domain: str) -> bool:
    """Whether a domain in small letters, or the one it is part of, is such a host."""
    labels = domain.split(".")
    above = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return bool(above & OPEN_TO_ALL) or UNDER_EVERY_COUNTRY.fullmatch(domain) is not None
