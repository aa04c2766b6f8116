# {{ title | comment }}
# Endpoint {{ endpoint }}: {{ about | comment }}
{% for banner in banners %}
# {{ banner | comment }}
{% endfor %}
{% for line in origin %}
# {{ line | comment }}
{% endfor %}
# Run it in the folder that holds adam/ and programs/:
#   Rscript programs/r/{{ stem }}.R
{% for note in notes %}
# {{ note | comment }}
{% endfor %}

options(width = 120)
file <- "adam/{{ dataset }}.csv"
if (!file.exists(file)) stop("start R in the folder that holds adam/ and programs/", call. = FALSE)
data <- read.csv(file, colClasses = "character", na.strings = "", encoding = "UTF-8")
rows <- data[which(data$PARAMCD == {{ paramcd | r_string }} & data$ANL01FL == "Y"), ]
for (name in c({{ numeric | map("r_string") | join(", ") }})) rows[[name]] <- as.numeric(rows[[name]])
