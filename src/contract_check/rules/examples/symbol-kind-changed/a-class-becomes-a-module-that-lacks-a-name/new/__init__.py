from provider import filters
