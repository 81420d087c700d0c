from provider import Widget


class Clock(Widget):
    def _layout(self, width):
        return width
