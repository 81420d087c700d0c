from provider import Updater


def main():
    return Updater("secret")
