from provider import Gauge


def rise(gauge: Gauge):
    gauge.level = 1
